/** What is written down about restores, and how the records of the program look as JSON. */
package recovery.report;
