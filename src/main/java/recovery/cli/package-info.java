/** The terminal: commands, menu, progress and plain-text views. Decides nothing; {@code core.restore} does. */
package recovery.cli;
