/** The settings: {@code .env.recovery} and the environment become one immutable {@link recovery.config.RecoveryConfig}. */
package recovery.config;
