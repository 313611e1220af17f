//! How a server is spoken with: flags for TLS and for a Unix socket, the same for every command.

use std::path::PathBuf;

use clap::Args;
use h1check::peer::Endpoint;
use h1check::peer::client::Url;
use h1check::run::{Address, ServerTarget, Tls};

use crate::exit;
use crate::keylog::KeyLogArguments;
use crate::server::{Refusal, resolve};

/// Options for the way to a server; they are named as those of curl.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "The way to the server")]
pub(crate) struct TransportArguments {
    /// Trust the certificates of this PEM file instead of those of the public authorities
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Trust whatever certificate the server has
    #[arg(short = 'k', long)]
    insecure: bool,
    /// Ask for the certificate of this name, instead of the host of the URL
    #[arg(long, value_name = "NAME")]
    sni: Option<String>,
    /// Connect to this Unix socket, whatever host the URL names
    #[arg(long, value_name = "PATH")]
    pub(crate) unix_socket: Option<PathBuf>,
    #[command(flatten)]
    keys: KeyLogArguments,
}

impl TransportArguments {
    /// How TLS is spoken: as it was declared, but for what the flags say.
    pub(crate) fn tls(&self, declared: &Tls) -> Tls {
        let roots = self.cacert.as_ref().or(declared.roots.as_ref());
        let name = self.sni.as_ref().or(declared.server_name.as_ref());
        Tls {
            roots: roots.cloned(),
            insecure: self.insecure || declared.insecure,
            server_name: name.cloned(),
            key_log: self.keys.path(),
        }
    }

    /// Refuses what cannot be used, before anything is done: a mistake in the command line or in
    /// a file that it names.
    pub(crate) fn check(&self, target: &ServerTarget) -> Result<(), Refusal> {
        self.check_flags(target.tls.is_some())?;
        target.endpoint().map(drop).map_err(unusable)
    }

    /// How to come to the server of a URL, where that is more than to connect to its host.
    pub(crate) fn endpoint(&self, url: &Url) -> Result<Option<Endpoint>, Refusal> {
        self.check_flags(url.tls)?;
        let address = match url.socket.as_ref().or(self.unix_socket.as_ref()) {
            Some(path) => Address::unix(path),
            None if !url.tls => return Ok(None),
            None => {
                let found = resolve(url.host(), url.port());
                let unknown = |why| (exit::COULD_NOT_TEST, format!("{}: {why}", url.address()));
                found.map_err(unknown)?.into()
            }
        };
        if !url.tls {
            return Ok(Some(address.into()));
        }
        let tls = self.tls(&Tls::default());
        let endpoint = Endpoint::tls(address, &tls, url.host());
        endpoint.map(Some).map_err(unusable)
    }

    fn check_flags(&self, tls: bool) -> Result<(), Refusal> {
        let flags = [
            ("--cacert", self.cacert.is_some()),
            ("--insecure", self.insecure),
            ("--sni", self.sni.is_some()),
            ("--keylog", self.keys.is_given()),
        ];
        match flags.iter().find(|(_, given)| *given && !tls) {
            Some((flag, _)) => Err((
                exit::BAD_INPUT,
                format!("{flag} is for a server that speaks TLS: write https://"),
            )),
            None => Ok(()),
        }
    }

    /// The words of a command line that say the same.
    pub(crate) fn words(&self) -> Vec<String> {
        let paths = [
            ("--cacert", &self.cacert),
            ("--unix-socket", &self.unix_socket),
        ];
        let mut words: Vec<String> = paths
            .iter()
            .filter_map(|(flag, path)| Some((flag, path.as_ref()?)))
            .flat_map(|(flag, path)| [(*flag).to_owned(), path.display().to_string()])
            .collect();
        if let Some(name) = &self.sni {
            words.extend(["--sni".into(), name.clone()]);
        }
        if self.insecure {
            words.push("--insecure".into());
        }
        words
    }
}

/// An error with its causes.
fn unusable(error: impl std::error::Error) -> Refusal {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    (exit::BAD_INPUT, text)
}
