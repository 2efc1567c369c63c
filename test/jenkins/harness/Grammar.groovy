import org.codehaus.groovy.ast.ClassNode
import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.classgen.GeneratorContext
import org.codehaus.groovy.control.CompilePhase
import org.codehaus.groovy.control.SourceUnit
import org.codehaus.groovy.control.customizers.CompilationCustomizer
import org.codehaus.groovy.syntax.SyntaxException

/** What may stand where: looked at before anything runs, as Jenkins does, so that a stage nobody reaches is held too. */
class Grammar extends CompilationCustomizer {

    private static final List<String> STEPS =
        ['archiveArtifacts', 'checkout', 'docker.withRegistry', 'echo', 'error', 'input', 'script', 'sh', 'timeout', 'withAWS']

    /** By block: what it holds. */
    private static final Map<String, List<String>> HOLDS = [
        file: ['pipeline'],
        pipeline: ['agent', 'environment', 'options', 'parameters', 'post', 'stages', 'triggers'],
        agent: ['label'],
        environment: [],
        options: ['buildDiscarder', 'disableConcurrentBuilds', 'logRotator', 'skipDefaultCheckout', 'timeout'],
        parameters: ['booleanParam', 'string'],
        triggers: ['githubPush'],
        stages: ['stage'],
        stage: ['steps', 'when'],
        when: ['expression'],
        expression: [],
        post: ['aborted', 'always', 'failure', 'success'],
        steps: STEPS,
        script: STEPS,
        withAWS: STEPS,
        timeout: STEPS,
        'docker.withRegistry': STEPS,
        aborted: STEPS,
        always: STEPS,
        failure: STEPS,
        success: STEPS,
    ]

    /** By name: the arguments with a name that the harness acts on, or need not act on. */
    private static final Map<String, List<String>> TAKES = [
        archiveArtifacts: ['allowEmptyArchive', 'artifacts'],
        booleanParam: ['defaultValue', 'description', 'name'],
        input: ['message', 'ok', 'submitter', 'submitterParameter'],
        logRotator: ['numToKeepStr'],
        sh: ['returnStatus', 'returnStdout', 'script'],
        string: ['defaultValue', 'description', 'name'],
        timeout: ['time', 'unit'],
        withAWS: ['credentials', 'region', 'role'],
    ]

    Grammar() {
        super(CompilePhase.CONVERSION)
    }

    @Override
    void call(SourceUnit source, GeneratorContext context, ClassNode script) {
        source.AST.statementBlock.visit(new Visitor(source))
    }

    private static class Visitor extends CodeVisitorSupport {

        private final SourceUnit source
        private String block = 'file'

        Visitor(SourceUnit source) {
            this.source = source
        }

        @Override
        void visitMethodCallExpression(MethodCallExpression call) {
            String name = nameOf(call)
            if (name) {
                expectKnown(call, name, HOLDS[block], "in ${block}")
                argumentNamesOf(call).each { expectKnown(call, it, TAKES[name] ?: [], "as an argument of ${name}") }
            }
            String outer = block
            call.arguments.expressions.each { argument ->
                block = argument instanceof ClosureExpression && name in HOLDS ? name : outer
                argument.visit(this)
            }
            block = outer
        }

        /** Of a directive or step; null: a method of a value. */
        private static String nameOf(MethodCallExpression call) {
            if (call.implicitThis) return call.methodAsString
            return call.objectExpression.text == 'docker' ? "docker.${call.methodAsString}" : null
        }

        private static List<String> argumentNamesOf(MethodCallExpression call) {
            List<MapExpression> maps = call.arguments.expressions.findAll { it instanceof MapExpression }
            return maps*.mapEntryExpressions.flatten()*.keyExpression*.text
        }

        private void expectKnown(MethodCallExpression call, String name, List<String> known, String where) {
            if (name in known) return
            String message = "unknown ${name} ${where}; the harness knows there: ${known.join(', ') ?: 'nothing'}"
            source.addError(new SyntaxException(message, call.lineNumber, call.columnNumber))
        }

    }

}
