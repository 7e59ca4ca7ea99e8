"""The attacks of the canary as one line of POSIX shell each, for busybox. Pure; called by `canary_*` only.

Each begins with `: canary NAME …`, which a shell passes over and by which the scripted engine knows what to play. What
it prints for us are lines `@ NAME VALUE`. Each is bounded, so that a machine without limits is not hurt, and ends with
a failure, so that a RUN step leaves no layer behind.
"""

from collections.abc import Mapping

MIB = 1 << 20
NEAR = 16 * MIB  # so much below a disk limit is reserved at once; the rest is really written
SERVED_PORT = 8080
WAIT = 2  # seconds for an answer from an address
PORTS = (22, 53, 80, 2375, 5432, SERVED_PORT)  # of a gateway address; whether one is open does not matter
LAID_IN = "/etc/hosts"
FREE = "{print $(NF-2)}"


def memory(*, half: int, attack: int) -> str:
    """Take *half*, which must be possible, then *attack* bytes; the kernel is told to end this process first."""
    return (
        f": canary memory {half} {attack}; echo 1000 >/proc/self/oom_score_adj; "
        "set -- $(awk '/^MemAvailable/{print $2}' /proc/meminfo); echo \"@ free ${1:-0}\"; "
        f'[ "${{1:-0}}" -gt {attack * 3 // 2 // 1024} ] || exit 1; '
        f'dd if=/dev/zero of=/dev/null bs={half} count=1 2>/dev/null; echo "@ half $?"; '
        f'dd if=/dev/zero of=/dev/null bs={attack} count=1 2>/dev/null; echo "@ whole $?"; exit 1'
    )


def processes(*, attack: int) -> str:
    """Start *attack* processes that wait, and count."""
    return (
        f": canary processes {attack}; echo -n '@ started '; "
        f"( i=0; while [ $i -lt {attack} ]; do sleep 20 </dev/null >/dev/null 2>&1 & i=$((i+1)); "
        'echo -n "$i "; done ); echo; exit 1'
    )


def cpu(*, loops: int, seconds: float) -> str:
    """Keep *loops* processes busy for *seconds*; tells what they used and how often the kernel held them back."""
    counted = (
        "t() { cat /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/cpu/cpu.stat /sys/fs/cgroup/cpu,cpuacct/cpu.stat "
        '2>/dev/null | awk \'$1=="nr_periods"{p=$2} $1=="nr_throttled"{t=$2} END{print p, t}\'; }'
    )
    return (
        f": canary cpu {loops} {seconds}; {counted}; "
        'echo "@ cpus $(nproc)"; echo "@ before $(t)"; read a b </proc/uptime; p=; i=0; '
        f'while [ $i -lt {loops} ]; do (while :; do :; done) & p="$p $!"; i=$((i+1)); done; sleep {seconds}; '
        'kill $p; wait; read c d </proc/uptime; echo "@ span $a $c"; echo "@ after $(t)"; times; exit 1'
    )


def disk(*, limit: int, attack: int) -> str:
    """Make a file of *attack* bytes: up to a little below *limit* it is only reserved, past it really written.

    Then the same in a file that the engine lays in, which lies beside the container's own disk.
    """
    near, blocks = (limit - NEAR) // MIB * MIB, -(-(attack - (limit - NEAR)) // MIB)
    write = f"dd if=/dev/zero of=/canary bs=1M count={blocks} seek={near // MIB} conv=notrunc"
    whole = f"dd if=/dev/zero of=/canary bs=1M count={-(-attack // MIB)}"
    return (
        f": canary disk {limit} {attack}; set -- $(df -k / | awk 'END{FREE}'); echo \"@ free ${{1:-0}}\"; "
        f'[ "${{1:-0}}" -gt {attack * 2 // 1024} ] || exit 1; '
        f"if fallocate -l {near // 2} /canary 2>/dev/null; then fallocate -l {near} /canary 2>/dev/null; "
        f'm=$({write} 2>&1); else m=$({whole} 2>&1); fi; echo "@ size $(stat -c %s /canary)"; '
        'echo "@ said $(echo "$m" | grep dd: | tail -n 1)"; rm -f /canary; '
        f"fallocate -l {attack} {LAID_IN} 2>/dev/null && echo '@ beside yes'; : 2>/dev/null >{LAID_IN}; exit 1"
    )


def privileges() -> str:
    """Try what a program of few privileges cannot do, and read what the kernel says of this process."""
    tries = {
        "mknod": "mknod /canary b 8 0",
        "mount": "mount -t tmpfs canary /tmp",
        "raw-socket": "ping -c 1 -w 1 127.0.0.1",
        "hostname": "hostname canary",
        "namespace": "unshare -m true",
        "interface": "ip link add canary0 type dummy",
    }
    return (
        ': canary privileges; try() { n=$1; shift; "$@" >/dev/null 2>&1 && echo "@ could-$n yes"; }; '
        + "".join(f"try {name} {command}; " for name, command in tries.items())
        + "awk '/^(CapBnd|NoNewPrivs|Seccomp):/{print \"@ \" substr($1,1,length($1)-1), $2}' /proc/self/status; "
        'read a b c </proc/self/uid_map; echo "@ users $a $b $c"; exit 1'
    )


def stubborn() -> str:
    """Go on for ever, deaf to every signal that can be ignored, and leave a mark in /marks ten times a second."""
    return (
        ": canary stubborn; trap '' TERM INT HUP QUIT; m() { [ -d /marks ] && echo >>/marks/marks; }; m; "
        "echo @ begun yes; while :; do m; sleep 0.1; done"
    )


def marks() -> str:
    """Look whether `stubborn` still leaves marks: their number now and a second later."""
    count = "$(stat -c %s /marks/marks 2>/dev/null)"
    return f': canary marks; echo "@ first {count}"; sleep 1; echo "@ later {count}"; rm -f /marks/marks; exit 1'


def cache_put(token: str) -> str:
    """Leave *token* in the cache mount at /c."""
    return f': canary cache-put {token}; echo {token} >/c/secret && echo "@ put yes"; exit 1'


def cache_get(token: str, *, remove: bool = False) -> str:
    """Read the cache mount at /c; *token* only tells one asker's step from another's."""
    tidy = "rm -f /c/secret; " if remove else ""
    return f': canary cache-get {token}; echo "@ got $(cat /c/secret 2>/dev/null)"; {tidy}exit 1'


def serve() -> str:
    """Tell the own address and serve on `SERVED_PORT` until stopped."""
    own = "$(ip -4 -o addr show scope global | awk '{print $4; exit}')"
    return f': canary serve; mkdir -p /w; echo "@ own {own}"; exec httpd -f -p {SERVED_PORT} -h /w'


def knock(targets: Mapping[str, tuple[str, int]], *, gateway: bool = False) -> str:
    """Try every target (name → address and port) at the same time, with *gateway* the network's own gateway as well."""
    words = {name: f"'{name} {address} {port}'" for name, (address, port) in targets.items()}
    if gateway:
        words |= {f"gateway-{port}": f'"gateway-{port} $g {port}"' for port in PORTS}
    return (
        f": canary knock {' '.join(words)}; {_FIND_GATEWAY if gateway else ''}"
        f"for t in {' '.join(words.values())}; do set -- $t; "
        f'( m=$(nc -w {WAIT} $2 $3 </dev/null 2>&1); echo "@ to-$1 $? ${{m##*: }}" ) & done; wait; '
        + ("echo \"@ arp $(awk -v g=$g '$1==g{print $3}' /proc/net/arp)\"; " if gateway else "")
        + 'echo "@ nets $(ls /sys/class/net | tr "\\n" " ")"; exit 1'
    )


# The default route's, else the first address of the network: there the engine has its own end of it.
_FIND_GATEWAY = (
    "g=$(ip route | awk '/^default/{print $3; exit}'); "
    "n=$(ipcalc -n $(ip -4 -o addr show scope global | awk '{print $4; exit}')); n=${n#*=}; "
    'g=${g:-${n%.*}.$((${n##*.}+1))}; echo "@ gateway $g"; '
)
