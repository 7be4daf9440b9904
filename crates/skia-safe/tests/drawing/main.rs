//! What is drawn, against formulas and against pictures.

mod oracles {
    mod blending;
    mod blur;
    mod clipping;
    mod coverage;
    mod gradients;
    mod layers;
    mod paths;
    mod surfaces;
    mod text;
}
mod pictures;
mod scene;
