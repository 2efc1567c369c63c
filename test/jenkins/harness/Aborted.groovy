/** Somebody ended the build, or said no. */
class Aborted extends RuntimeException {

    Aborted(String message) {
        super(message)
    }

}
