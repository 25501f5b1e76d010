//! Handshakes to look at: what a server agrees to, and whose certificate it shows.

use std::{io, sync::Arc};

use doublure_journal::{CertificateSeen, Handshake, Moment};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme, SupportedProtocolVersion,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor,
    },
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
    version::{TLS12, TLS13},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use self::old::OldVersion;
use crate::Trust;

mod old;

/// A version of TLS that is offered alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    /// 1.0, of 1999; RFC 8996 forbids it.
    V10,
    /// 1.1, of 2006; RFC 8996 forbids it.
    V11,
    /// 1.2.
    V12,
    /// 1.3.
    V13,
}

impl TlsVersion {
    /// As it is written: `1.2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V10 => "1.0",
            Self::V11 => "1.1",
            Self::V12 => "1.2",
            Self::V13 => "1.3",
        }
    }
}

impl Trust {
    /// Tries a handshake with one version, asking for the host of this name or address, whatever is shown.
    ///
    /// Waits as long as the server does; of an old version only the first answer is looked at.
    pub async fn try_handshake(
        &self,
        stream: TcpStream,
        offered: TlsVersion,
        name: &str,
    ) -> Handshake {
        let tried = Handshake {
            offered: offered.name().to_owned(),
            name: name.to_owned(),
            ..Handshake::default()
        };
        let outcome = match offered {
            TlsVersion::V10 => old::offer(stream, OldVersion::V10, name).await,
            TlsVersion::V11 => old::offer(stream, OldVersion::V11, name).await,
            TlsVersion::V12 => self.agree(stream, &TLS12, name).await,
            TlsVersion::V13 => self.agree(stream, &TLS13, name).await,
        };
        match outcome {
            Ok((agreed, certificate)) => Handshake {
                agreed: Some(agreed),
                certificate,
                ..tried
            },
            Err(refused) => Handshake {
                refused: Some(refused.to_string()),
                ..tried
            },
        }
    }

    async fn agree(
        &self,
        stream: TcpStream,
        offered: &'static SupportedProtocolVersion,
        name: &str,
    ) -> io::Result<Agreed> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[offered])
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth();
        let host = name.trim_matches(['[', ']']).to_owned();
        let host = ServerName::try_from(host).map_err(io::Error::other)?;
        let stream = TlsConnector::from(Arc::new(config))
            .connect(host, stream)
            .await?;
        let agreed = offered_name(&stream);
        let (_, connection) = stream.get_ref();
        let shown = connection.peer_certificates().unwrap_or_default();
        Ok((agreed, self.look_at(shown)))
    }

    /// What is known of the first of these certificates, which the others vouch for.
    fn look_at(&self, shown: &[CertificateDer<'_>]) -> Option<CertificateSeen> {
        let (first, others) = shown.split_first()?;
        let (_, read) = X509Certificate::from_der(first).ok()?;
        let validity = read.validity();
        Some(CertificateSeen {
            names: names(&read),
            from: moment(validity.not_before.timestamp()),
            until: moment(validity.not_after.timestamp()),
            believed: self.believes(first, others, validity.not_before.timestamp()),
        })
    }

    /// Whether an authority of ours signed it. When it is valid is another question: it is looked at as of its first
    /// second.
    fn believes(
        &self,
        first: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        from: i64,
    ) -> bool {
        let Ok(parsed) = ParsedCertificate::try_from(first) else {
            return false;
        };
        let then = std::time::Duration::from_secs(from.max(0).unsigned_abs());
        verify_server_cert_signed_by_trust_anchor(
            &parsed,
            self.roots(),
            others,
            UnixTime::since_unix_epoch(then),
            aws_lc_rs::default_provider()
                .signature_verification_algorithms
                .all,
        )
        .is_ok()
    }
}

/// The version that was agreed on, and the certificate that was shown.
type Agreed = (String, Option<CertificateSeen>);

/// Believes everybody who can prove to own the key that they show.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn offered_name(stream: &TlsStream<TcpStream>) -> String {
    let (_, connection) = stream.get_ref();
    match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => TlsVersion::V13.name(),
        _ => TlsVersion::V12.name(),
    }
    .to_owned()
}

/// The hosts that a certificate is for.
fn names(read: &X509Certificate<'_>) -> Vec<String> {
    let alternatives = read.subject_alternative_name().ok().flatten();
    let alternatives = alternatives.map_or(&[][..], |found| &found.value.general_names);
    alternatives.iter().filter_map(name).collect()
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(std::net::IpAddr::from),
            _ => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(std::net::IpAddr::from),
        }
        .map(|address| address.to_string()),
        _ => None,
    }
}

fn moment(unix_seconds: i64) -> Moment {
    Moment::from_unix_seconds(unix_seconds.max(0).unsigned_abs())
}
