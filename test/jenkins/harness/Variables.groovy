/** The environment: as `env` of the steps, and as what an environment block writes to. */
class Variables {

    private final Map<String, String> values
    private final Steps steps

    Variables(Map<String, String> values, Steps steps) {
        this.values = values
        this.steps = steps
    }

    Object propertyMissing(String name) {
        return values[name]
    }

    void propertyMissing(String name, Object value) {
        values[name] = value as String
    }

    Map getParams() {
        return steps.params
    }

}
