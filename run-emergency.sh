#!/bin/sh
# Starts the Emergency Recovery Server. Passes all arguments on and returns the exit code of the program.
# Settings, backups/, data/ and logs/ lie in the folder of this script unless RECOVERY_HOME names another one.
# Paths among the arguments count from where you are.

fail() {
    printf '%s\n' "$1" >&2
    exit 2
}

# the folder of this script, also if it was called by a symbolic link
script=$0
while [ -L "$script" ]; do
    link=$(readlink "$script") || fail "The link '$script' cannot be read."
    case $link in
        /*) script=$link ;;
        *) script=$(dirname "$script")/$link ;;
    esac
done
home=$(CDPATH='' cd -P "$(dirname "$script")" && pwd) || fail "The folder of '$script' cannot be entered."

# prints the number of the Java version of the program $1, such as 17; nothing if it does not run
java_version() {
    "$1" -version 2>&1 | sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' | head -n 1
}

find_java() {
    found=''
    on_path=$(command -v java 2>/dev/null)
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$on_path" \
        /usr/lib/jvm/*/bin/java /usr/java/*/bin/java /opt/java/*/bin/java /opt/jdk*/bin/java \
        /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java \
        /opt/homebrew/opt/openjdk*/bin/java /usr/local/opt/openjdk*/bin/java \
        "${HOME:+$HOME/.sdkman/candidates/java/current/bin/java}"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            version=$(java_version "$candidate")
            [ -z "$version" ] || found="$found $version"
            if [ "${version:-0}" -ge 17 ]; then
                java=$candidate
                return 0
            fi
        fi
    done
    return 1
}

find_java || fail "Java 17 or newer is needed (found:${found:- none}): install the package openjdk-17-jre-headless (Debian, Ubuntu), java-17-openjdk-headless (Fedora, RHEL), openjdk@17 (macOS, brew) or Microsoft.OpenJDK.17 (Windows, winget)."

find_jar() {
    for jar in "$home/emergency.jar" "$home/target/emergency.jar"; do
        [ -f "$jar" ] && return 0
    done
    return 1
}

if ! find_jar; then
    [ -f "$home/pom.xml" ] || fail "There is no emergency.jar in '$home': put it beside run-emergency.sh."
    command -v mvn >/dev/null 2>&1 || fail "Maven is needed to build emergency.jar: install the package maven (Debian, Ubuntu, Fedora; brew on macOS), or put an emergency.jar that was built elsewhere into '$home'."
    printf '%s\n' "Building emergency.jar. The first time this needs the network and some minutes." >&2
    # Maven may only know another Java than the one that was found
    bin=$(dirname "$java")
    if [ -x "$bin/javac" ]; then
        JAVA_HOME=$(dirname "$bin") mvn -B -q -f "$home/pom.xml" -Dmaven.test.skip=true package >&2 || built=no
    else
        mvn -B -q -f "$home/pom.xml" -Dmaven.test.skip=true package >&2 || built=no
    fi
    [ -z "${built:-}" ] && find_jar || fail "emergency.jar could not be built; the lines above say why. A JDK is needed, not only a JRE: install the package openjdk-17-jdk-headless (Debian, Ubuntu), java-17-openjdk-devel (Fedora, RHEL) or openjdk@17 (macOS, brew)."
fi

RECOVERY_HOME=${RECOVERY_HOME:-$home}
# services and containers often have no language; then Java could not open files with umlauts in their names
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    '' | C | POSIX)
        LC_ALL=C.UTF-8
        export LC_ALL
        ;;
esac
# a core dump would hold keys and decrypted rows
ulimit -c 0 2>/dev/null || true
# what the program tells the operator to type
RECOVERY_PROGRAM=$0
export RECOVERY_HOME RECOVERY_PROGRAM
# RECOVERY_JAVA_OPTIONS is split at spaces on purpose
# shellcheck disable=SC2086
exec "$java" ${RECOVERY_JAVA_OPTIONS:-} -jar "$jar" "$@"
