//! What is known of a TLS handshake that was tried with a server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Moment;

/// A handshake, as the side that tried it saw it. It believes whatever it is shown, so that all of it can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Handshake {
    /// The one version that was offered: `1.0`, `1.1`, `1.2` or `1.3`.
    pub offered: String,
    /// The host that was asked for.
    pub name: String,
    /// The version that was agreed on; none: no agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<String>,
    /// How it was refused, for people; neither this nor an agreement: nothing came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The server's certificate, where one was shown and read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateSeen>,
}

/// A server's certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateSeen {
    /// The hosts that it is for: names, `*.` for one label more, addresses.
    pub names: Vec<String>,
    /// From when it is valid.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Whether an authority that is believed signed it, itself or through others that it names.
    pub believed: bool,
}
