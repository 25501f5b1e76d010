//! Handshakes in every version and under every name.

use doublure_control::TlsVersion;
use doublure_journal::CaptureLevel;

use super::{Trial, names};
use crate::{Bench, TrialError, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::HANDSHAKES,
    about: "Offers TLS 1.0 and 1.1 alone, then 1.2 and 1.3 for each name of the service, and looks at the certificate.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let names = &bench.profile().gateway.host_names;
        if let Some(first) = names.first() {
            for old in [TlsVersion::V10, TlsVersion::V11] {
                bench.shake_hands(old, first).await?;
            }
        }
        for name in names {
            for modern in [TlsVersion::V12, TlsVersion::V13] {
                bench.shake_hands(modern, name).await?;
            }
        }
        Ok(())
    })
}
