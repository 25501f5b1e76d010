//! Handshakes with the target, to see what it agrees to and whose certificate it shows.

use doublure_control::TlsVersion;
use doublure_journal::{Event, Handshake};

use super::{Bench, TrialError};
use crate::noise;

impl Bench {
    /// Tries a handshake with one version, asking for the host of this name; whatever comes is told in the history.
    pub async fn shake_hands(&self, offered: TlsVersion, name: &str) -> Result<(), TrialError> {
        let tried = self.inner.endpoint.try_handshake(offered, name);
        let handshake = noise::within(self.answer_limit(), tried).await;
        let silence = || Handshake {
            offered: offered.name().to_owned(),
            name: name.to_owned(),
            ..Handshake::default()
        };
        let handshake = handshake.unwrap_or_else(silence);
        self.record(&Event::HandshakeTried { handshake }).await
    }
}
