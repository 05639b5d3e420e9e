package recovery.core.target.postgres.postdata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import recovery.core.target.postgres.postdata.Claim.Relation;

class ClaimTest {
    /** The table "Conflicting Lock Modes" of PostgreSQL's manual, by the lock of each claim. */
    private static boolean conflict(String one, String other) {
        Set<String> conflicts = switch (one) {
            case "AccessShareLock" -> Set.of("AccessExclusiveLock");
            case "RowShareLock" -> Set.of("AccessExclusiveLock");
            case "RowExclusiveLock" -> Set.of("ShareLock", "ShareRowExclusiveLock", "AccessExclusiveLock");
            case "ShareUpdateExclusiveLock" ->
                Set.of("ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "AccessExclusiveLock");
            case "ShareLock" ->
                Set.of("RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareRowExclusiveLock", "AccessExclusiveLock");
            case "ShareRowExclusiveLock" ->
                Set.of(
                        "RowExclusiveLock",
                        "ShareUpdateExclusiveLock",
                        "ShareLock",
                        "ShareRowExclusiveLock",
                        "AccessExclusiveLock");
            case "AccessExclusiveLock" -> Set.of(other);
            default -> throw new IllegalArgumentException(one);
        };
        return conflicts.contains(other);
    }

    @ParameterizedTest
    @EnumSource
    void freeAreThoseWhoseLocksDoNotConflict(Claim claim) {
        for (Claim later : Claim.values()) {
            boolean conflict = conflict(PostDataLocksTest.lock(claim), PostDataLocksTest.lock(later));
            boolean rowsFirst = (claim == Claim.COPY) != (later == Claim.COPY);
            boolean better = claim == Claim.CLEAN && later == Claim.VALIDATE_AGAINST;
            assertThat(claim.to(later) == Relation.FREE)
                    .as("%s, then %s", claim, later)
                    .isEqualTo(!conflict && !rowsFirst && !better);
        }
    }

    @Test
    void keysComeBehindTheIndexesTheyReferToAndAreCheckedWhenThatIsFast() {
        List<String> ordered = new ArrayList<>();
        for (Claim claim : Claim.values()) {
            for (Claim later : Claim.values()) {
                boolean always = claim == Claim.ALONE || later == Claim.ALONE;
                if (!always && claim != Claim.COPY && later != Claim.COPY && claim.to(later) == Relation.ORDERED) {
                    ordered.add(claim + " " + later);
                }
            }
        }
        assertThat(ordered)
                .containsExactlyInAnyOrder(
                        "CLEAN VALIDATE_AGAINST",
                        "CLEAN VALIDATE",
                        "BUILD VALIDATE",
                        "BUILD CLEAN",
                        "BUILD REFERRED",
                        "BUILD REFERRED_BY_PARTITIONS",
                        "REFERRING CLEAN",
                        "REFERRED CLEAN",
                        "REFERRED_BY_PARTITIONS CLEAN",
                        "ATTACH REFERRED",
                        "ATTACH REFERRED_BY_PARTITIONS");
    }

    @ParameterizedTest
    @EnumSource
    void nothingGoesBesideOrBeforeWhatStandsAlone(Claim claim) {
        assertThat(List.of(claim.to(Claim.ALONE), Claim.ALONE.to(claim))).containsOnly(Relation.ORDERED);
    }

    @ParameterizedTest
    @EnumSource
    void twoClaimsOfOneStepAreAsStrictAsEach(Claim claim) {
        for (Claim second : Claim.values()) {
            Claim both = claim.and(second);
            assertThat(both).isEqualTo(second.and(claim));
            for (Claim other : Claim.values()) {
                assertThat(both.to(other)).isGreaterThanOrEqualTo(claim.to(other));
                assertThat(other.to(both)).isGreaterThanOrEqualTo(other.to(claim));
            }
        }
    }

    @Test
    void aTableThatRefersToItselfDoesNotStandAloneForIt() {
        assertThat(Claim.REFERRING.and(Claim.REFERRED)).isEqualTo(Claim.REFERRED);
        assertThat(Claim.VALIDATE.and(Claim.VALIDATE_AGAINST)).isEqualTo(Claim.VALIDATE);
    }
}
