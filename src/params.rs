//! Host parameters ⇄ `ChainSettings`.
