//! Where a target is, from its base URL.

mod connection;

use std::net::IpAddr;

use doublure_control::Trust;
use http::Uri;

use super::Binding;

/// Where a target is, from its base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    authority: String,
    security: Security,
    prefix: String,
    binding: Binding,
}

/// How it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Security {
    Plain,
    /// In TLS; believed by whom the machine believes where no trust is given.
    Tls(Option<Trust>),
}

impl Endpoint {
    /// Reads a base URL: `http://HOST:PORT` or `https://HOST`, a path may follow.
    ///
    /// # Errors
    /// Anything else, with what would be right.
    pub(crate) fn parse(base_url: &str) -> Result<Self, String> {
        let refused = || format!("`{base_url}` is no base URL: write it as http://127.0.0.1:3000");
        let uri: Uri = base_url.parse().map_err(|_| refused())?;
        let (security, port) = match uri.scheme_str().ok_or_else(refused)? {
            "http" => (Security::Plain, 80),
            "https" => (Security::Tls(None), 443),
            _ => {
                return Err(format!(
                    "`{base_url}`: only http and https are spoken to a target"
                ));
            }
        };
        let authority = uri.authority().ok_or_else(refused)?.as_str();
        let has_port = uri.port().is_some();
        Ok(Self {
            authority: if has_port {
                authority.to_owned()
            } else {
                format!("{authority}:{port}")
            },
            security,
            prefix: uri.path().trim_end_matches('/').to_owned(),
            binding: Binding::Loopback,
        })
    }

    /// The same, where nobody but `trust` says who is believed. Without a meaning for plain http.
    #[must_use]
    pub(crate) fn believed_by(mut self, trust: Option<Trust>) -> Self {
        if let (Security::Tls(known), Some(trust)) = (&mut self.security, trust) {
            *known = Some(trust);
        }
        self
    }

    /// The host in its base URL.
    pub(crate) fn host(&self) -> &str {
        let host = self.authority.rsplit_once(':').map_or("", |(host, _)| host);
        host.trim_matches(['[', ']'])
    }

    /// The place that a link leads to, spoken to as this one is; none where it is neither this one nor one of this
    /// machine: nobody goes anywhere else for a link.
    pub(crate) fn of_link(&self, url: &str) -> Option<(Self, String, String)> {
        let uri: Uri = url.parse().ok()?;
        let base = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        let there = Self::parse(&base).ok()?;
        let host = uri.host()?.trim_matches(['[', ']']);
        let is_here = host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) || host == "localhost";
        let trust = match &self.security {
            Security::Tls(trust) => trust.clone(),
            Security::Plain => None,
        };
        let path = uri.path_and_query()?.to_string();
        (is_here || there.is_at(self)).then(|| (there.believed_by(trust), base, path))
    }

    /// Whether it is the same host and port as another.
    pub(crate) fn is_at(&self, other: &Self) -> bool {
        self.authority == other.authority
    }

    /// The same, called from such addresses.
    #[must_use]
    pub(crate) const fn called_by(mut self, binding: Binding) -> Self {
        self.binding = binding;
        self
    }

    /// Whether it is on this machine, where calls may come from every address of its own.
    pub(crate) fn is_local(&self) -> bool {
        let host = self.authority.rsplit_once(':').map_or("", |(host, _)| host);
        let loopback = host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        loopback || host == "localhost"
    }

    /// Host and port.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// Where a path beneath the base URL is.
    pub(super) fn path_of(&self, target: &str) -> String {
        format!("{}{target}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_may_have_a_path_and_needs_no_port() {
        let endpoint = Endpoint::parse("http://gateway.test/api/").unwrap();

        assert_eq!(endpoint.authority, "gateway.test:80");
        assert_eq!(endpoint.prefix, "/api");
    }

    #[test]
    fn https_has_a_port_of_its_own() {
        let endpoint = Endpoint::parse("https://gateway.test").unwrap();

        assert_eq!(endpoint.authority, "gateway.test:443");
        assert_eq!(endpoint.security, Security::Tls(None));
    }

    #[test]
    fn a_link_is_followed_on_this_machine_and_at_the_target() {
        let target = Endpoint::parse("https://gateway.test/api").unwrap();
        let followed = |url| target.of_link(url).map(|(_, base, path)| (base, path));
        let there = |base: &str, path: &str| Some((base.to_owned(), path.to_owned()));

        assert_eq!(
            followed("http://127.0.0.1:81/siade/a.pdf?b=c"),
            there("http://127.0.0.1:81", "/siade/a.pdf?b=c")
        );
        assert_eq!(
            followed("https://gateway.test/a.pdf"),
            there("https://gateway.test", "/a.pdf")
        );
        assert_eq!(followed("https://elsewhere.test/a.pdf"), None);
        assert_eq!(followed("a.pdf"), None);
    }

    #[test]
    fn a_base_url_that_is_none_is_refused_with_an_example() {
        assert!(
            Endpoint::parse("localhost")
                .unwrap_err()
                .contains("http://127.0.0.1:3000")
        );
        assert!(
            Endpoint::parse("ftp://gateway.test")
                .unwrap_err()
                .contains("only http and https")
        );
    }
}
