package recovery.core.restore;

import java.util.Optional;
import recovery.core.backup.Engine;

/**
 * Whether the live database answers.
 *
 * @param error why it is offline, without secrets
 */
public record LiveDatabase(Engine engine, String name, boolean online, Optional<String> error) {}
