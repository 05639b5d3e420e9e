/** Programs of this host that are run beside this one: the only child processes. */
package recovery.appcontrol;
