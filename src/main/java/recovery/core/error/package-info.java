/** What is told to the operator: errors with a remedy, and notes. */
package recovery.core.error;
