//! Sessions by name.

use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

use doublure_control::{NewSession, SessionView};
use doublure_kernel::lock::{locked_read, locked_write};

use crate::{
    JournalWriter, StageConfig,
    common::Common,
    compose::compose,
    problem::{Refusal, no_such},
    running::Running,
};

/// The sessions of a stage.
pub(crate) struct Sessions {
    pub(crate) common: Common,
    running: RwLock<BTreeMap<String, Arc<Running>>>,
    /// Held while one is created: two of one name would bind twice, and one be lost.
    creating: tokio::sync::Mutex<()>,
}

impl Sessions {
    pub(crate) fn new(config: StageConfig) -> Self {
        Self {
            common: Common::new(config),
            running: RwLock::default(),
            creating: tokio::sync::Mutex::default(),
        }
    }

    /// Creates a session; all of it listens when this returns.
    pub(crate) async fn create(
        &self,
        new: &NewSession,
        journal: Option<JournalWriter>,
    ) -> Result<SessionView, Refusal> {
        let _creating = self.creating.lock().await;
        let name = self.name_for(new)?;
        let running = compose(name.clone(), new, &self.common, journal).await?;
        let view = running.view();
        self.write().insert(name, Arc::new(running));
        Ok(view)
    }

    pub(crate) fn find(&self, name: &str) -> Result<Arc<Running>, Refusal> {
        let running = self.read();
        running.get(name).cloned().ok_or_else(|| {
            Refusal::missing(no_such("session", name, running.keys().map(String::as_str)))
        })
    }

    pub(crate) fn views(&self) -> Vec<SessionView> {
        let running: Vec<_> = self.read().values().cloned().collect();
        running.iter().map(|running| running.view()).collect()
    }

    /// Ends a session: nothing of it listens when this returns.
    pub(crate) async fn end(&self, name: &str) -> Result<(), Refusal> {
        let running = self.find(name)?;
        self.write().remove(name);
        running.end().await;
        Ok(())
    }

    pub(crate) async fn end_all(&self) {
        let all = std::mem::take(&mut *self.write());
        for running in all.into_values() {
            running.end().await;
        }
    }

    fn name_for(&self, new: &NewSession) -> Result<String, Refusal> {
        let running = self.read();
        let Some(name) = &new.name else {
            let mut made_up = (1..).map(|nth| format!("session-{nth}"));
            let free = made_up.find(|name| !running.contains_key(name));
            return Ok(free.expect("there are more numbers than sessions"));
        };
        if !fits_a_path(name) {
            return Err(Refusal::invalid(
                "name",
                format!(
                    "`{name}` is no name of a session: use 1 to 64 letters, digits, `-`, `_` or `.`"
                ),
            ));
        }
        if running.contains_key(name) {
            return Err(Refusal::conflict(format!(
                "there is a session `{name}` already: end it, or choose another name"
            ))
            .at("name"));
        }
        Ok(name.clone())
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<String, Arc<Running>>> {
        locked_read(&self.running)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<String, Arc<Running>>> {
        locked_write(&self.running)
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.read().keys()).finish()
    }
}

/// Names stand in the paths of the control API, as they are.
fn fits_a_path(name: &str) -> bool {
    let only_dots = name.chars().all(|character| character == '.');
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    (1..=64).contains(&name.len()) && !only_dots && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_a_path_without_being_escaped() {
        for name in ["main", "trial-12", "a.b_c", "x"] {
            assert!(fits_a_path(name), "{name}");
        }
        for name in ["", ".", "..", "a/b", "a b", "é", "a?b", &"x".repeat(65)] {
            assert!(!fits_a_path(name), "{name}");
        }
    }
}
