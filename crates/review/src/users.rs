//! Who may review: names, roles and argon2 hashes in one file of the dossier folder, made by `capmap user add`.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The file's name in the dossier folder.
pub const FILE: &str = "users.json";

/// Shortest password that is taken, in characters.
pub const SHORTEST: usize = 10;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Look.
    Viewer,
    /// Look and decide.
    Reviewer,
    /// Look, decide, and have the last word where votes differ.
    Adjudicator,
}

impl Role {
    /// `viewer`, `reviewer` or `adjudicator`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Reviewer => "reviewer",
            Role::Adjudicator => "adjudicator",
        }
    }
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// As written into the log.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// PHC string.
    hash: String,
}

/// All of them, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Users(Vec<User>);

/// Why a user cannot be added, or the file not be used.
#[derive(Debug, Error)]
pub enum UserError {
    /// Not a name.
    #[error(
        "'{0}' cannot be a user's name: use 1 to 64 letters, digits, '.', '-', '_', '@' or spaces inside"
    )]
    Name(String),
    /// Too short.
    #[error("the password is too short: give at least {SHORTEST} characters")]
    Short,
    /// The hash failed.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
    /// The file is not ours.
    #[error("{} is not a list of users: {reason}; mend it, or delete it and add the users again", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Users {
    /// The users of a dossier; none where there is no file.
    ///
    /// # Errors
    /// [`UserError::File`] or [`UserError::Io`].
    pub fn load(dossier: &Path) -> Result<Users, UserError> {
        let path = dossier.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|e| UserError::File { path: path.clone(), reason: e.to_string() }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Users::default()),
            Err(source) => Err(UserError::Io { path, source }),
        }
    }

    /// Adds somebody, or gives them a new role and password.
    ///
    /// # Errors
    /// [`UserError::Name`], [`UserError::Short`], [`UserError::Hash`].
    pub fn add(&mut self, name: &str, role: Role, password: &str) -> Result<(), UserError> {
        let usable = |c: char| c.is_alphanumeric() || ".-_@ ".contains(c);
        if name.trim() != name || name.is_empty() || name.chars().count() > 64 || !name.chars().all(usable) {
            return Err(UserError::Name(name.to_owned()));
        }
        if password.chars().count() < SHORTEST {
            return Err(UserError::Short);
        }
        let hash = Argon2::default()
            .hash_password(password.as_bytes())
            .map_err(|e| UserError::Hash(e.to_string()))?
            .to_string();
        self.0.retain(|user| user.name != name);
        self.0.push(User { name: name.to_owned(), role, hash });
        self.0.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(())
    }

    /// Writes the file, whole or not at all, readable by its owner only.
    ///
    /// # Errors
    /// [`UserError::Io`].
    pub fn save(&self, dossier: &Path) -> Result<(), UserError> {
        let path = dossier.join(FILE);
        let io = |source| UserError::Io { path: path.clone(), source };
        let text = serde_json::to_string_pretty(self)
            .map_err(|e| UserError::File { path: path.clone(), reason: e.to_string() })?;
        std::fs::create_dir_all(dossier).map_err(io)?;
        let mut file = tempfile::NamedTempFile::new_in(dossier).map_err(io)?; // made with mode 0600
        file.write_all(text.as_bytes()).map_err(io)?;
        file.as_file().sync_all().map_err(io)?;
        file.persist(&path).map_err(|e| io(e.error))?;
        Ok(())
    }

    /// True where nobody was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True where somebody has that name.
    pub fn knows(&self, name: &str) -> bool {
        self.0.iter().any(|user| user.name == name)
    }

    /// The user of that name with that password. Takes as long for a name that nobody has.
    pub fn check(&self, name: &str, password: &str) -> Option<User> {
        // Some hash to work on where there is none: of no password that anybody knows.
        const NOBODY: &str =
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$3Q0YbCWVsMXYVqf3jJSFVZrFKFcWo5Xq9wPHxYIvPtE";
        let user = self.0.iter().find(|user| user.name == name);
        let hash = user.map_or(NOBODY, |user| &user.hash);
        let right = PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        user.filter(|_| right).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_kept_and_known_by_the_password() {
        let folder = tempfile::tempdir().unwrap();
        let mut users = Users::load(folder.path()).unwrap();
        users.add("ann", Role::Reviewer, "correct horse").unwrap();
        users.save(folder.path()).unwrap();
        let users = Users::load(folder.path()).unwrap();
        assert_eq!(users.check("ann", "correct horse").unwrap().role, Role::Reviewer);
        assert!(
            users.check("ann", "correct hors").is_none() && users.check("bob", "correct horse").is_none()
        );
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(text.contains("$argon2id$") && !text.contains("horse"));
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn odd_names_and_short_passwords_are_refused() {
        let mut users = Users::default();
        for name in ["", " a", "a\n", "<b>", &"x".repeat(65)] {
            assert!(
                matches!(users.add(name, Role::Viewer, "long enough"), Err(UserError::Name(_))),
                "{name:?}"
            );
        }
        assert!(matches!(users.add("a", Role::Viewer, "short"), Err(UserError::Short)));
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        assert!(
            PasswordHash::new(
                "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$3Q0YbCWVsMXYVqf3jJSFVZrFKFcWo5Xq9wPHxYIvPtE"
            )
            .is_ok()
        );
    }
}
