@echo off
rem Starts the Emergency Recovery Server. Passes all arguments on and returns the exit code of the program.
rem Settings, backups\, data\ and logs\ lie in the folder of this script unless RECOVERY_HOME names another one.
rem Paths among the arguments count from where you are.
setlocal EnableExtensions DisableDelayedExpansion

set "EMERGENCY_DIR=%~dp0"
if "%EMERGENCY_DIR:~-1%"=="\" set "EMERGENCY_DIR=%EMERGENCY_DIR:~0,-1%"

set "EMERGENCY_JAVA="
if defined JAVA_HOME call :try_java "%JAVA_HOME%\bin\java.exe"
if not defined EMERGENCY_JAVA for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :try_java "%%~$PATH:J"
if not defined EMERGENCY_JAVA for /d %%D in ("%ProgramFiles%\Microsoft\jdk-*" "%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Amazon Corretto\*" "%ProgramFiles%\Zulu\*") do call :try_java "%%~D\bin\java.exe"
if not defined EMERGENCY_JAVA (
    echo Java 17 or newer is needed: install it by "winget install Microsoft.OpenJDK.17", or set JAVA_HOME to its folder.>&2
    exit /b 2
)

call :find_jar
if not defined EMERGENCY_JAR call :build
if not defined EMERGENCY_JAR exit /b 2

if not defined RECOVERY_HOME set "RECOVERY_HOME=%EMERGENCY_DIR%"
rem what the program tells the operator to type
set "RECOVERY_PROGRAM=%~nx0"
"%EMERGENCY_JAVA%" %RECOVERY_JAVA_OPTIONS% -jar "%EMERGENCY_JAR%" %*
exit /b %ERRORLEVEL%

:try_java
if defined EMERGENCY_JAVA exit /b 0
if not exist "%~1" exit /b 0
rem the version stands on standard error as: openjdk version "17.0.15" 2025-04-15; an old one as "1.8.0_402"
set "EMERGENCY_VERSION="
for /f tokens^=2^ delims^=^" %%V in ('""%~1" -version 2>&1"') do if not defined EMERGENCY_VERSION set "EMERGENCY_VERSION=%%V"
if not defined EMERGENCY_VERSION exit /b 0
for /f "tokens=1 delims=.-+_" %%M in ("%EMERGENCY_VERSION%") do if %%M GEQ 17 set "EMERGENCY_JAVA=%~1"
exit /b 0

:find_jar
set "EMERGENCY_JAR="
if exist "%EMERGENCY_DIR%\target\emergency.jar" set "EMERGENCY_JAR=%EMERGENCY_DIR%\target\emergency.jar"
if exist "%EMERGENCY_DIR%\emergency.jar" set "EMERGENCY_JAR=%EMERGENCY_DIR%\emergency.jar"
exit /b 0

:build
if not exist "%EMERGENCY_DIR%\pom.xml" (
    echo There is no emergency.jar in "%EMERGENCY_DIR%": put it beside run-emergency.bat.>&2
    exit /b 2
)
where mvn >nul 2>&1
if errorlevel 1 (
    echo Maven is needed to build emergency.jar: install it by "scoop install maven" or from maven.apache.org, or put an emergency.jar that was built elsewhere beside run-emergency.bat.>&2
    exit /b 2
)
echo Building emergency.jar. The first time this needs the network and some minutes.>&2
call mvn -B -q -f "%EMERGENCY_DIR%\pom.xml" -Dmaven.test.skip=true package >&2
call :find_jar
if not defined EMERGENCY_JAR echo emergency.jar could not be built; the lines above say why. A JDK is needed, not only a JRE.>&2
exit /b 0
