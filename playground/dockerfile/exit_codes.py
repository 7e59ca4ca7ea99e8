"""What a process's exit code means, in one sentence. Used for builds and for containers alike."""

_MEANINGS = {
    0: "The program finished without an error.",
    1: "The program reported an error and stopped.",
    2: "The program was called in a way it does not understand, or a script has a mistake in it.",
    125: "The container could not be started at all.",
    126: "The program was found but may not be run: it is not executable, or it is a directory.",
    127: "The program was not found in the image.",
}

_SIGNALS = {
    1: "the terminal went away (SIGHUP)",
    2: "it was interrupted, as Ctrl+C does (SIGINT)",
    3: "it was asked to quit (SIGQUIT)",
    4: "it tried to run an instruction this processor does not have (SIGILL)",
    6: "it gave up by itself after an internal error (SIGABRT)",
    7: "it touched memory it could not use (SIGBUS)",
    8: "it made an impossible calculation, such as a division by zero (SIGFPE)",
    9: "it was killed at once (SIGKILL)",
    11: "it touched memory that is not its own (SIGSEGV)",
    13: "it wrote to something that was no longer listening (SIGPIPE)",
    14: "its alarm clock rang (SIGALRM)",
    15: "it was asked to stop (SIGTERM)",
}
_SIGKILL, _SIGTERM = 9, 15
# A process killed by signal n exits with 128 + n; Linux has 64 signals.
_SIGNAL_BASE, _LAST_SIGNAL = 128, 64


def explain_exit(code: int, *, oom: bool = False, stopped: bool = False) -> str:
    """One sentence for an exit code. `oom`: the memory limit killed it. `stopped`: somebody asked for the stop."""
    signal = code - _SIGNAL_BASE
    if oom:
        return "The program was killed because it used more memory than it may."
    if stopped and signal == _SIGTERM:
        return "The program was asked to stop and did."
    if stopped and signal == _SIGKILL:
        return "The program did not stop when asked, so it was killed."
    if code in _MEANINGS:
        return _MEANINGS[code]
    if signal in _SIGNALS:
        return f"The program ended because {_SIGNALS[signal]}."
    if 0 < signal <= _LAST_SIGNAL:
        return f"The program was ended by signal {signal}."
    return f"The program ended with exit code {code}: something went wrong, and its output says what."
