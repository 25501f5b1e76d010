//! Connections of our own callers: plain, or in TLS with servers that are trusted.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Whose certificates are believed. Cheap to clone.
#[derive(Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
    roots: Arc<RootCertStore>,
    from: Option<PathBuf>,
}

/// A connection that was opened.
#[derive(Debug)]
pub enum Stream {
    /// TCP.
    Plain(TcpStream),
    /// TLS over it.
    Secured(Box<TlsStream<TcpStream>>),
}

impl Trust {
    /// Believes the authorities of a PEM file, and no others.
    ///
    /// # Errors
    /// It cannot be read, or holds no certificate.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut trust = Self::of_pem(&fs::read(path)?)?;
        trust.from = Some(path.to_owned());
        Ok(trust)
    }

    /// Believes the authorities of a PEM text, and no others.
    ///
    /// # Errors
    /// It holds no certificate.
    pub fn of_pem(pem: &[u8]) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(io::Error::other)?;
            roots.add(certificate).map_err(io::Error::other)?;
        }
        if roots.is_empty() {
            return Err(io::Error::other("it holds no certificate in PEM"));
        }
        Self::of_roots(roots)
    }

    /// Believes whom the machine believes (`SSL_CERT_FILE` names another file).
    ///
    /// # Errors
    /// It believes nobody.
    pub fn of_the_machine() -> io::Result<Self> {
        // Read once: it takes longer than a call.
        static MACHINE: OnceLock<Trust> = OnceLock::new();
        if let Some(known) = MACHINE.get() {
            return Ok(known.clone());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(io::Error::other(
                "this machine knows no authority: name the server's in a file",
            ));
        }
        let trust = Self::of_roots(roots)?;
        Ok(MACHINE.get_or_init(|| trust).clone())
    }

    /// Speaks TLS on a connection to the server of this name or address.
    ///
    /// # Errors
    /// The server is not who it should be, or speaks no TLS 1.2 or 1.3.
    pub async fn secure(&self, name: &str, stream: TcpStream) -> io::Result<Stream> {
        let name = name.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let stream = connector.connect(name, stream).await?;
        Ok(Stream::Secured(Box::new(stream)))
    }

    /// The authorities that are believed.
    pub(crate) fn roots(&self) -> &RootCertStore {
        &self.roots
    }

    fn of_roots(roots: RootCertStore) -> io::Result<Self> {
        // Named, as the one of the process is whichever crate came first.
        let roots = Arc::new(roots);
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(io::Error::other)?
            .with_root_certificates(Arc::clone(&roots))
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            roots,
            from: None,
        })
    }
}

/// Two are the same where one is a clone of the other, or both were read from one file.
impl PartialEq for Trust {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.config, &other.config) || (self.from.is_some() && self.from == other.from)
    }
}

impl Eq for Trust {}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Secured(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Secured(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Secured(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Secured(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_gives_no_trust() {
        let refused = Trust::of_pem(b"no certificate").unwrap_err();

        assert!(refused.to_string().contains("no certificate"), "{refused}");
    }

    #[test]
    fn a_file_that_is_not_there_gives_no_trust() {
        let refused = Trust::of_file(Path::new("gone.pem")).unwrap_err();

        assert_eq!(refused.kind(), io::ErrorKind::NotFound);
    }
}
