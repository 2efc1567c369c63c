import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.MultipleCompilationErrorsException

// main.groovy REQUESTS RESULTS: runs builds one after the other, each of a Jenkinsfile of its own; both are JSON files.
// The console goes to stdout. Exit 0 also where builds failed.
CompilerConfiguration configuration = new CompilerConfiguration()
configuration.addCompilationCustomizers(new Grammar())

Map run(Map request, CompilerConfiguration configuration) {
    Binding binding = new Binding()
    Map outcome = [result: Build.FAILURE, stages: [], error: 'the Jenkinsfile has no pipeline']
    binding.setVariable('pipeline') { Closure content ->
        Build build = new Build(content, request)
        build.run()
        outcome = [result: build.result, stages: build.stages, error: build.error]
    }
    try {
        new GroovyShell(binding, configuration).evaluate(request.jenkinsfile as String, 'Jenkinsfile')
    } catch (MultipleCompilationErrorsException invalid) {
        outcome.error = invalid.errorCollector.errors*.cause.collect { cause ->
            "Jenkinsfile:${cause.line}: ${cause.originalMessage}"
        }.join('\n')
    } catch (IllegalArgumentException refused) {
        outcome.error = refused.message
    }
    return outcome
}

List<Map> outcomes = new JsonSlurper().parse(new File(args[0])).collect { request ->
    println "[harness] build ${request.environment.BUILD_NUMBER}"
    return run(request, configuration)
}
new File(args[1]).text = JsonOutput.toJson(outcomes)
