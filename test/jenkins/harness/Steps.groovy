import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption

/** The steps, for real: each `sh` is a shell of its own in the workspace, a checkout is git's. */
class Steps {

    private final Build build
    private final File workspace
    /** what the blocks around a step lay over the environment, the innermost last */
    private final List<Map<String, String>> overlays = []

    Steps(Build build) {
        this.build = build
        workspace = new File(build.request.workspace as String)
        workspace.mkdirs()
    }

    Object runBlock(Closure block, Object delegate = this) {
        Closure copy = block.clone() as Closure
        copy.resolveStrategy = Closure.DELEGATE_ONLY
        copy.delegate = delegate
        return copy()
    }

    Variables getEnv() {
        return new Variables(build.environment, this)
    }

    Map getParams() {
        return build.params
    }

    Map getScm() {
        return build.request.repository
    }

    Steps getDocker() {
        return this
    }

    Map findCredential(String id) {
        Map found = build.request.credentials[id]
        if (!found) throw new IllegalStateException("no credentials with the id ${id}")
        return found
    }

    void echo(String text) {
        println text
    }

    void error(String text) {
        throw new IllegalStateException(text)
    }

    /** Told, not kept: whoever is asked answers at once, or never. */
    Object timeout(Map arguments, Closure block) {
        println "[harness] timeout ${arguments.time} ${arguments.unit}"
        return runBlock(block)
    }

    Object script(Closure block) {
        return runBlock(block)
    }

    void checkout(Map scm) {
        sh("git init --quiet . && git fetch --quiet --depth 1 '${scm.url}' '${scm.branch}' && git checkout --quiet --force FETCH_HEAD")
    }

    Object sh(Map arguments) {
        File file = File.createTempFile('script', '.sh')
        file.text = arguments.script
        ProcessBuilder builder = new ProcessBuilder('sh', '-xe', file.path).directory(workspace).inheritIO()
        if (arguments.returnStdout) builder.redirectOutput(ProcessBuilder.Redirect.PIPE)
        builder.environment().clear()
        builder.environment().putAll(overlays.inject(build.environment) { all, more -> all + more })
        Process process = builder.start()
        String output = arguments.returnStdout ? process.inputStream.text : null
        int code = process.waitFor()
        file.delete()
        if (arguments.returnStatus) return code
        if (code != 0) throw new IllegalStateException("script returned exit code ${code}")
        return output
    }

    Object sh(String script) {
        return sh(script: script)
    }

    /** The role is only told: who may assume it shows in AWS alone. */
    Object withAWS(Map arguments, Closure block) {
        Map keys = findCredential(arguments.credentials as String)
        println "[harness] withAWS ${arguments.credentials}, role ${arguments.role}"
        return within(block, [
            AWS_ACCESS_KEY_ID: keys.accessKeyId,
            AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
            AWS_REGION: arguments.region as String,
            AWS_DEFAULT_REGION: arguments.region as String,
        ])
    }

    /** Whether the registry takes the login shows with Docker alone. */
    Object withRegistry(String url, String login, Closure block) {
        List<String> parts = login.tokenize(':')
        if (parts.size() != 3 || parts[0] != 'ecr') {
            throw new IllegalArgumentException("${login} is not ecr:REGION:ID")
        }
        findCredential(parts[2])
        println "[harness] docker.withRegistry ${url}, ${login}"
        return within(block, [:])
    }

    /** Who approved. @throws Aborted where the request says that nobody does */
    String input(Map arguments) {
        println "[harness] input: ${arguments.message}"
        if (!build.request.approver) throw new Aborted('rejected by nobody')
        return build.request.approver
    }

    void archiveArtifacts(Map arguments) {
        Path root = workspace.toPath()
        Path target = new File(build.request.artifacts as String).toPath()
        def matcher = FileSystems.default.getPathMatcher("glob:${arguments.artifacts}")
        List<Path> found = Files.walk(root).filter { Files.isRegularFile(it) && matcher.matches(root.relativize(it)) }.toList()
        if (!found && !arguments.allowEmptyArchive) {
            throw new IllegalStateException("no artefacts match ${arguments.artifacts}")
        }
        found.each { file ->
            Path copy = target.resolve(root.relativize(file))
            Files.createDirectories(copy.parent)
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING)
        }
    }

    private Object within(Closure block, Map<String, String> overlay) {
        overlays << overlay
        try {
            return runBlock(block)
        } finally {
            overlays.removeLast()
        }
    }

}
