/** One build of a Jenkinsfile: its environment, its stages in order, its end. */
class Build {

    static final String SUCCESS = 'SUCCESS'
    static final String FAILURE = 'FAILURE'
    static final String ABORTED = 'ABORTED'

    final Map request
    final Map<String, Object> params
    final Map<String, String> environment
    final List<Map<String, String>> stages = []
    String result = SUCCESS
    String error

    private final Recorder pipeline
    private final Steps steps

    Build(Closure pipeline, Map request) {
        this.pipeline = Recorder.read(pipeline)
        this.request = request
        params = readParameters()
        // without the parameters: the first build of a job has them in `params` alone
        environment = [:] + System.getenv() + request.environment
        steps = new Steps(this)
    }

    void run() {
        attempt {
            readEnvironment()
            if (!pipeline.block('options').holds('skipDefaultCheckout')) steps.checkout(steps.scm)
        }
        pipeline.block('stages').entries.each { entry -> runStage(entry.arguments[0], entry.arguments[1]) }
        runPost()
    }

    private Map<String, Object> readParameters() {
        Map declared = pipeline.block('parameters').entries.collectEntries { entry ->
            [entry.arguments[0].name, entry.arguments[0].defaultValue]
        }
        Set strangers = request.parameters.keySet() - declared.keySet()
        if (strangers) throw new IllegalArgumentException("the Jenkinsfile has no parameter ${strangers.join(', ')}")
        return declared + request.parameters
    }

    private void readEnvironment() {
        Closure block = pipeline.closure('environment')
        if (block) steps.runBlock(block, new Variables(environment, steps))
    }

    private void runStage(String name, Closure content) {
        Recorder stage = Recorder.read(content)
        if (result != SUCCESS || !isWanted(stage)) {
            stages << [name: name, state: 'skipped']
            return
        }
        println "[harness] stage ${name}"
        attempt { steps.runBlock(stage.closure('steps')) }
        stages << [name: name, state: result == SUCCESS ? 'done' : 'failed']
    }

    private boolean isWanted(Recorder stage) {
        return stage.block('when').entries.every { steps.runBlock(it.arguments.last()) }
    }

    /** Also after a failure; a post that fails makes the build one. */
    private void runPost() {
        Recorder post = pipeline.block('post')
        List<String> conditions = ['always', [SUCCESS: 'success', FAILURE: 'failure', ABORTED: 'aborted'][result]]
        conditions.findAll { post.holds(it) }.each { condition -> attempt { steps.runBlock(post.closure(condition)) } }
    }

    private void attempt(Closure work) {
        try {
            work()
        } catch (Throwable thrown) {
            result = thrown instanceof Aborted ? ABORTED : FAILURE
            error = "${placeOf(thrown)}${thrown.message}"
            println "[harness] ERROR: ${error}"
        }
    }

    /** Where in the Jenkinsfile. */
    private static String placeOf(Throwable thrown) {
        StackTraceElement frame = thrown.stackTrace.find { it.fileName == 'Jenkinsfile' }
        return frame ? "Jenkinsfile:${frame.lineNumber}: " : ''
    }

}
