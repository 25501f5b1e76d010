//! TLS at our own sockets: an authority of our own, and a certificate for many names.
//!
//! An [`Authority`] is made anew each time; its key never leaves this process, so that nobody can
//! speak in the name of a gateway to somebody who trusts it. What others need is its certificate.

use std::{fmt, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    version::{TLS12, TLS13},
};

/// Signs the certificates of our sockets.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// What a socket needs to speak TLS, 1.2 or 1.3. Cheap to clone.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

/// No key or certificate could be made.
#[derive(Debug, thiserror::Error)]
#[error("no certificate can be made: {0}")]
pub struct TlsError(String);

impl Authority {
    /// An authority with a key that exists nowhere else.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn new() -> Result<Self, TlsError> {
        let mut about = lasting(Vec::new())?;
        about
            .distinguished_name
            .push(DnType::CommonName, "Doublure, simulated authority");
        // It signs servers only, never another authority.
        about.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        about.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(about, KeyPair::generate()?)?;
        Ok(Self(issuer))
    }

    /// Its certificate, in PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for these host names and addresses, the first of them its common name.
    ///
    /// # Errors
    /// One of them is neither.
    pub fn certify(&self, names: &[String]) -> Result<Tls, TlsError> {
        let mut about = lasting(names.to_vec())?;
        if let Some(first) = names.first() {
            about
                .distinguished_name
                .push(DnType::CommonName, first.as_str());
        }
        about.use_authority_key_identifier_extension = true;
        about.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        about.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = about.signed_by(&key, &self.0)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // Named, as the one of the process is whichever crate came first.
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Tls(Arc::new(config)))
    }
}

impl Tls {
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl From<rcgen::Error> for TlsError {
    fn from(error: rcgen::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        Self(error.to_string())
    }
}

/// Valid before every test that will be run and after it: no certificate expires here by itself.
fn lasting(names: Vec<String>) -> Result<CertificateParams, TlsError> {
    let mut about = CertificateParams::new(names)?;
    about.not_before = date_time_ymd(2020, 1, 1);
    about.not_after = date_time_ymd(2049, 12, 31);
    // Without this the library says who it is.
    about.distinguished_name = rcgen::DistinguishedName::new();
    Ok(about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_authorities_have_two_keys() {
        let (one, other) = (Authority::new().unwrap(), Authority::new().unwrap());

        assert_ne!(one.pem(), other.pem());
        assert!(one.pem().starts_with("-----BEGIN CERTIFICATE-----"));
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        let authority = Authority::new().unwrap();

        let refusal = authority.certify(&["é".to_owned()]).unwrap_err();

        assert!(refusal.to_string().starts_with("no certificate"));
    }
}
