//! How a client is put to the test.

use std::time::Duration;

use doublure_fixtures::Edition;

/// How a client is put to the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The edition that its gateway follows.
    pub edition: Edition,
    /// Within how long it must give up on an answer that does not come.
    pub patience: Duration,
    /// How long it is watched for a call that it must not make again for days.
    pub watch: Duration,
    /// Whether its standard error is shown.
    pub shows_stderr: bool,
    /// Whether several of it may run at once.
    pub side_by_side: bool,
    /// How often a trial is carried out once more while a verdict on it is in doubt.
    pub retries: u32,
}

/// As documented, 30 s of patience (002:100), 10 s of watching, several at once, once more in doubt.
impl Default for Options {
    fn default() -> Self {
        Self {
            edition: Edition::Documented,
            patience: Duration::from_secs(30),
            watch: Duration::from_secs(10),
            shows_stderr: false,
            side_by_side: true,
            retries: 1,
        }
    }
}
