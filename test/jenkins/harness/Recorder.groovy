/** A declarative block as data: what stands in it, in order, each with its arguments. */
class Recorder {

    final List<Map> entries = []

    static Recorder read(Closure block) {
        Recorder recorder = new Recorder()
        Closure copy = block.clone() as Closure
        copy.resolveStrategy = Closure.DELEGATE_ONLY
        copy.delegate = recorder
        copy()
        return recorder
    }

    Object methodMissing(String name, Object given) {
        Map entry = [name: name, arguments: given as List]
        entries << entry
        return entry
    }

    boolean holds(String name) {
        return entries.any { it.name == name }
    }

    /** The block of this name; an empty one where there is none. */
    Recorder block(String name) {
        Closure closure = closure(name)
        return closure ? read(closure) : new Recorder()
    }

    Closure closure(String name) {
        return entries.find { it.name == name }?.arguments?.last() as Closure
    }

}
