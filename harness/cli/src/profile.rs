//! Where `h1check server` takes what is declared of the server from: the profile file, and the
//! options, which win over it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use h1check::profile::{Profile, Resolve};
use h1check::scenario::Library;

use crate::exit;
use crate::library::{Origin, refuse};
use crate::terminal::note;

/// The profile that is read where no URL is given.
pub(crate) const USUAL: &str = "h1check.toml";

/// Which profile.
#[derive(Args, Debug)]
pub(crate) struct ProfileArguments {
    /// Read what is declared of the server from this file; without a URL: from h1check.toml
    #[arg(long, value_name = "FILE", help_heading = "The subject")]
    pub(crate) profile: Option<PathBuf>,
    /// Connect to ADDRESS instead of what the host resolves to, like curl; repeatable
    #[arg(long, value_name = "HOST:PORT:ADDRESS", value_parser = Resolve::parse, help_heading = "The subject")]
    pub(crate) resolve: Vec<Resolve>,
}

impl ProfileArguments {
    /// Reads the profile, or an empty one where none is asked for. `wanted`: without it there is
    /// nobody to judge.
    pub(crate) fn read(&self, wanted: bool, origin: &Origin) -> Result<Profile, ExitCode> {
        let path = match &self.profile {
            Some(path) => path.clone(),
            None if !wanted => return Ok(self.with_resolve(Profile::default())),
            None if Path::new(USUAL).exists() => USUAL.into(),
            None => {
                note(format_args!(
                    "error: nobody to judge: give a URL, --spawn or --reference, or write a \
                     profile with `h1check init URL`; there is no {USUAL} in this folder"
                ));
                return Err(ExitCode::from(exit::BAD_INPUT));
            }
        };
        // Scenarios that cannot be read are told of when they are selected.
        let library = origin.library().unwrap_or_else(|_| Library::bundled());
        let library = library.without_examples();
        let profile = Profile::read(&path, &library).map_err(|error| refuse(&error))?;
        Ok(self.with_resolve(profile))
    }

    /// The file that is read, where one is named.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.profile.as_deref()
    }

    /// The words of a command line that reads the same.
    pub(crate) fn words(&self) -> Vec<String> {
        let profile = self.profile.iter();
        let profile = profile.flat_map(|path| ["--profile".into(), path.display().to_string()]);
        let resolve = self.resolve.iter();
        let resolve = resolve.flat_map(|resolve| ["--resolve".into(), resolve.to_string()]);
        profile.chain(resolve).collect()
    }

    fn with_resolve(&self, mut profile: Profile) -> Profile {
        // The first that fits is taken.
        profile.resolve.splice(0..0, self.resolve.iter().cloned());
        profile
    }
}
