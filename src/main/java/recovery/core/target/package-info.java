/** The live database and the copies beside it. Only the packages below speak SQL. */
package recovery.core.target;
