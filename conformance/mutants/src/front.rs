//! Stands before a gateway that speaks TLS, and spoils the handshake.

use std::{io, net::SocketAddr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

/// What is spoilt of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing: the bytes of both sides pass through.
    None,
    /// Who greets in TLS 1.1 or older is answered in it.
    OldVersion,
    /// Everybody is refused.
    RefusesAll,
    /// The certificate is for another host.
    OtherName,
    /// The certificate is for the first name of the service only.
    OneName,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not begun.
    NotYetValid,
    /// The certificate is of an authority that nobody believes.
    UnknownAuthority,
}

/// A listener on a free port of loopback. It ends with all its connections when it is dropped.
#[derive(Debug)]
pub struct Front {
    base_url: String,
    authority: Option<String>,
    accepting: AbortHandle,
}

impl Front {
    /// Listens before the gateway at `base_url`, which is called by these names.
    ///
    /// # Errors
    /// A base URL that is no address of this machine, no free port, no certificate.
    pub async fn start(base_url: &str, names: &[String], flaw: Flaw) -> io::Result<Self> {
        let place = base_url.strip_prefix("https://").unwrap_or(base_url);
        let gateway: SocketAddr = place.parse().map_err(io::Error::other)?;
        let certified = flaw.certificate(names).map_err(io::Error::other)?;
        let (acceptor, authority) = certified.unzip();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("https://{}", listener.local_addr()?);
        let accepting = tokio::spawn(accept(listener, gateway, flaw, acceptor)).abort_handle();
        Ok(Self {
            base_url,
            authority: authority.filter(|_| flaw != Flaw::UnknownAuthority),
            accepting,
        })
    }

    /// Base URL of the spoilt gateway.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Certificate of the authority that its callers believe, in PEM; none: the gateway's own.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Flaw {
    /// A certificate with this flaw and its authority in PEM; none: another thing is spoilt.
    fn certificate(self, names: &[String]) -> Result<Option<(TlsAcceptor, String)>, CannotCertify> {
        let (names, years) = match self {
            Self::None | Self::OldVersion | Self::RefusesAll => return Ok(None),
            Self::OtherName => (vec!["autre.test".to_owned()], (2020, 2049)),
            Self::OneName => (names.first().cloned().into_iter().collect(), (2020, 2049)),
            Self::Expired => (names.to_vec(), (2020, 2021)),
            Self::NotYetValid => (names.to_vec(), (2048, 2049)),
            Self::UnknownAuthority => (names.to_vec(), (2020, 2049)),
        };
        certify(names, years).map(Some)
    }
}

/// A certificate for these names from one year to another, and its authority in PEM.
fn certify(
    names: Vec<String>,
    (from, until): (i32, i32),
) -> Result<(TlsAcceptor, String), CannotCertify> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority
        .distinguished_name
        .push(DnType::CommonName, "Doublure, authority of a mutant");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let mut about = CertificateParams::new(names)?;
    about.not_before = date_time_ymd(from, 1, 1);
    about.not_after = date_time_ymd(until, 12, 31);
    let key = KeyPair::generate()?;
    let certificate = about.signed_by(&key, &authority)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok((TlsAcceptor::from(Arc::new(config)), authority.pem()))
}

type CannotCertify = Box<dyn std::error::Error + Send + Sync>;

async fn accept(
    listener: TcpListener,
    gateway: SocketAddr,
    flaw: Flaw,
    acceptor: Option<TlsAcceptor>,
) {
    let mut connections = JoinSet::new();
    while let Ok((caller, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        // What goes wrong with a connection shows to the caller as its end.
        connections.spawn(serve(caller, gateway, flaw, acceptor.clone()));
    }
}

async fn serve(
    mut caller: TcpStream,
    gateway: SocketAddr,
    flaw: Flaw,
    acceptor: Option<TlsAcceptor>,
) -> io::Result<()> {
    if let Some(acceptor) = acceptor {
        // Nothing is asked once hands are shaken.
        let mut secured = acceptor.accept(caller).await?;
        return secured.shutdown().await;
    }
    let mut greeting = [0; GREETING];
    while caller.peek(&mut greeting).await? < GREETING {
        caller.readable().await?;
    }
    match (flaw, greeting[VERSION]) {
        (Flaw::RefusesAll, _) => caller.write_all(&REFUSAL).await,
        (Flaw::OldVersion, minor) if minor < TLS_1_2 => caller.write_all(&hello(minor)).await,
        _ => {
            let mut upstream = TcpStream::connect(gateway).await?;
            copy_bidirectional(&mut caller, &mut upstream)
                .await
                .map(drop)
        }
    }
}

/// The beginning of a server's hello in a version: as much as tells which.
fn hello(minor: u8) -> Vec<u8> {
    let mut hello = vec![22, 3, minor, 0, 42, 2, 0, 0, 38, 3, minor];
    // Chance, no session, a suite, no compression.
    hello.extend([7; 32]);
    hello.extend([0, 0xc0, 0x13, 0]);
    hello
}

/// Bytes of a greeting up to the version that it offers.
const GREETING: usize = 11;
const VERSION: usize = 10;
/// Second byte of that version on the wire; 1.3 greets as it does.
const TLS_1_2: u8 = 3;
/// A fatal alert: the handshake failed.
const REFUSAL: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

#[cfg(test)]
mod tests {
    use doublure_control::{TlsVersion, Trust};
    use doublure_journal::Handshake;

    use super::*;

    /// What comes of a handshake for the first of two names, where the authority of the front is believed.
    async fn tried(flaw: Flaw, offered: TlsVersion) -> Handshake {
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let behind = format!("https://{}", nobody.local_addr().unwrap());
        let names = ["one.test", "other.test"].map(str::to_owned);
        let front = Front::start(&behind, &names, flaw).await.unwrap();
        let stranger = certify(Vec::new(), (2020, 2049)).unwrap().1;
        let authority = front.authority().unwrap_or(&stranger);
        let trust = Trust::of_pem(authority.as_bytes()).unwrap();
        let place = front.base_url().strip_prefix("https://").unwrap();
        let stream = TcpStream::connect(place).await.unwrap();
        trust.try_handshake(stream, offered, "one.test").await
    }

    #[tokio::test]
    async fn an_old_greeting_is_answered_in_its_version() {
        let older = tried(Flaw::OldVersion, TlsVersion::V10).await;
        let old = tried(Flaw::OldVersion, TlsVersion::V11).await;
        let refused = tried(Flaw::RefusesAll, TlsVersion::V11).await;

        assert_eq!(older.agreed.as_deref(), Some("1.0"));
        assert_eq!(old.agreed.as_deref(), Some("1.1"));
        assert_eq!(refused.refused.as_deref(), Some("alert 40"));
    }

    #[tokio::test]
    async fn who_refuses_all_refuses_modern_versions_too() {
        let refused = tried(Flaw::RefusesAll, TlsVersion::V13).await;

        assert!(refused.refused.is_some(), "{refused:?}");
        assert_eq!(refused.certificate, None);
    }

    #[tokio::test]
    async fn each_flaw_of_a_certificate_is_seen() {
        let shown = async |flaw| {
            let tried = tried(flaw, TlsVersion::V12).await;
            tried.certificate.unwrap()
        };

        let whole = shown(Flaw::Expired).await;
        assert_eq!(whole.names, ["one.test", "other.test"]);
        assert!(whole.until.to_string().starts_with("2021-12-31"));
        assert!(whole.believed);
        assert_eq!(shown(Flaw::OneName).await.names, ["one.test"]);
        assert_eq!(shown(Flaw::OtherName).await.names, ["autre.test"]);
        let early = shown(Flaw::NotYetValid).await.from.to_string();
        assert!(early.starts_with("2048-01-01"), "{early}");
        assert!(!shown(Flaw::UnknownAuthority).await.believed);
    }
}
