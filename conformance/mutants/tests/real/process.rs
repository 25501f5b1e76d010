//! The process of a gateway, in a folder and on addresses of its own.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    time::Duration,
};

use doublure_control::patience;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A gateway that runs; it ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    folder: TempDir,
}

impl Process {
    /// Writes the files into a folder of its own, starts the program with the first of them and waits until it
    /// accepts connections.
    ///
    /// Every address of this machine that the last file names is replaced by a free one, in all of them: the first
    /// is the gateway's own.
    pub(crate) async fn start(
        program: &Path,
        command: fn(&Path, &Path, &Path) -> Command,
        files: &[(&str, String)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let named = addresses(&files.last().unwrap().1);
        let free = free_addresses(named.len());
        for (name, text) in files {
            let text = named
                .iter()
                .zip(&free)
                .fold(text.clone(), |text, (old, new)| {
                    text.replace(old, &new.to_string())
                });
            fs::write(folder.path().join(name), text).unwrap();
        }
        let errors = File::create(folder.path().join(ERRORS)).unwrap();
        let child = command(program, folder.path(), &folder.path().join(files[0].0))
            .stdin(Stdio::null())
            .stdout(errors.try_clone().unwrap())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut process = Self { child, folder };
        process.accepts_connections(free[0]).await;
        process
    }

    /// A file of its folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it wrote for people.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.file(ERRORS)).unwrap_or_default()
    }

    async fn accepts_connections(&mut self, address: SocketAddr) {
        let ready = patience(PATIENCE, async {
            while TcpStream::connect(address).await.is_err() {
                let ended = self.child.try_wait().unwrap();
                assert_eq!(ended, None, "it ended at once:\n{}", self.said());
                // Nothing tells when it listens.
                patience(BETWEEN, std::future::pending::<()>()).await;
            }
        });
        let ready = ready.await;
        assert!(
            ready.is_some(),
            "nothing listens at {address}:\n{}",
            self.said()
        );
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Asked to end, it ends its workers, too; a killed one would leave them.
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process(pid, Signal::TERM);
        }
        drop(self.child.wait());
    }
}

/// Every `127.0.0.1:PORT` in a text, each once, in their order.
fn addresses(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for rest in text.split(LOOPBACK).skip(1) {
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let address = format!("{LOOPBACK}{port}");
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// So many addresses that nobody listens at. They stay free while nothing listens: no other process of this machine
/// is given this one's address of the loopback network, of which there is one for each.
fn free_addresses(count: usize) -> Vec<SocketAddr> {
    let [_, high, middle, low] = process::id().to_be_bytes();
    let own = Ipv4Addr::new(127, 64 | high, middle, low);
    let listeners: Vec<TcpListener> = (0..count)
        .map(|_| TcpListener::bind((own, 0)).unwrap())
        .collect();
    listeners
        .iter()
        .map(|listener| listener.local_addr().unwrap())
        .collect()
}

/// What stands before a port.
const LOOPBACK: &str = "127.0.0.1:";
const ERRORS: &str = "errors.log";
/// How long a program may take to start, in real time, also when the machine is busy.
const PATIENCE: Duration = Duration::from_secs(30);
const BETWEEN: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_a_target_file_is_found_once() {
        let text = "base_url = \"http://127.0.0.1:8700\"\ninsee = \"127.0.0.1:9100\"\nplain = \"127.0.0.1:9100\"";

        assert_eq!(addresses(text), ["127.0.0.1:8700", "127.0.0.1:9100"]);
    }

    #[test]
    fn free_addresses_are_this_process_s_own_and_differ() {
        let free = free_addresses(2);

        assert_ne!(free[0], free[1]);
        assert!(free.iter().all(|address| address.ip().is_loopback()));
        assert_ne!(free[0].ip(), Ipv4Addr::LOCALHOST);
    }
}
