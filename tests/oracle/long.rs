//! Long histories and hundreds of remote refs, where only a part is walked.
