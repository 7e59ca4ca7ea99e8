#include <stdio.h>
#include <sys/utsname.h>

int main(void) {
    struct utsname system;
    if (uname(&system) != 0) {
        perror("uname");
        return 1;
    }
    printf("Hello from a program of one file, on %s %s.\n", system.sysname, system.machine);
    return 0;
}
