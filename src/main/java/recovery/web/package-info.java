/** The page and the HTTP interface. Decides nothing; {@code core.restore} does. */
package recovery.web;
