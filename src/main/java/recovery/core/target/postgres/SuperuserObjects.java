package recovery.core.target.postgres;

import java.util.List;
import recovery.core.dump.SqlTokens;

/** What only superusers may make: a plain owner restores everything else. Stateless. */
final class SuperuserObjects {
    private static final List<String> BEGINNINGS = List.of(
            "create foreign data wrapper",
            "create server",
            "create user mapping",
            "create event trigger",
            "create publication",
            "alter publication",
            "create subscription",
            "create cast",
            "create transform",
            "create language",
            "create trusted language",
            "create procedural language",
            "create trusted procedural language",
            "create or replace language",
            "create or replace trusted language",
            "create or replace procedural language",
            "create or replace trusted procedural language",
            "create access method",
            "create operator class",
            "create operator family",
            "alter operator family",
            "create text search parser",
            "create text search template",
            "create type",
            "create aggregate",
            "create function",
            "create or replace function",
            "create procedure",
            "create or replace procedure",
            "create extension",
            "alter event trigger",
            "alter foreign data wrapper");

    private SuperuserObjects() {}

    static boolean isOne(SqlTokens tokens) {
        return BEGINNINGS.stream().anyMatch(tokens::begins);
    }
}
