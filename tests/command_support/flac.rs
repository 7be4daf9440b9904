//! The simplest FLAC there is (RFC 9639): 16-bit stereo in verbatim subframes, with Vorbis comments.

const BLOCK: usize = 4096;

/// A FLAC file of interleaved stereo samples with comments such as `TITLE=A song`.
pub fn encode(rate_hz: u32, samples: &[i16], comments: &[&str]) -> Vec<u8> {
    let frames = samples.len() / 2;
    let mut out = b"fLaC".to_vec();
    let mut info = Vec::new();
    for _ in 0..2 {
        info.extend_from_slice(&(BLOCK as u16).to_be_bytes());
    }
    info.extend_from_slice(&[0; 6]);
    // 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of length.
    let packed = u64::from(rate_hz) << 44 | 1 << 41 | 15 << 36 | frames as u64;
    info.extend_from_slice(&packed.to_be_bytes());
    info.extend_from_slice(&[0; 16]);
    metadata(&mut out, 0, false, &info);
    let mut tags = Vec::new();
    for text in std::iter::once("test").chain(comments.iter().copied()).enumerate() {
        if text.0 == 1 {
            tags.extend_from_slice(&(comments.len() as u32).to_le_bytes());
        }
        tags.extend_from_slice(&(text.1.len() as u32).to_le_bytes());
        tags.extend_from_slice(text.1.as_bytes());
    }
    metadata(&mut out, 4, true, &tags);
    for (number, block) in samples.chunks(2 * BLOCK).enumerate() {
        frame(&mut out, number as u8, block);
    }
    out
}

fn metadata(out: &mut Vec<u8>, kind: u8, last: bool, body: &[u8]) {
    out.push(kind | u8::from(last) << 7);
    out.extend_from_slice(&(body.len() as u32).to_be_bytes()[1..]);
    out.extend_from_slice(body);
}

/// One frame; `number` below 128 is its own UTF-8 form.
fn frame(out: &mut Vec<u8>, number: u8, samples: &[i16]) {
    assert!(number < 128, "the number takes one byte");
    let start = out.len();
    // Fixed block size given in 16 bits, rate as in the head of the file, two channels of 16 bits.
    out.extend_from_slice(&[0xff, 0xf8, 0x70, 0x18, number]);
    out.extend_from_slice(&((samples.len() / 2 - 1) as u16).to_be_bytes());
    out.push(crc(&out[start..], 8, 0x07) as u8);
    for channel in 0..2 {
        // Verbatim, no wasted bits.
        out.push(0x02);
        for sample in samples.iter().skip(channel).step_by(2) {
            out.extend_from_slice(&sample.to_be_bytes());
        }
    }
    let sum = crc(&out[start..], 16, 0x8005);
    out.extend_from_slice(&(sum as u16).to_be_bytes());
}

fn crc(bytes: &[u8], bits: u32, polynomial: u32) -> u32 {
    let (top, mask) = (1 << (bits - 1), (1 << bits) - 1);
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << (bits - 8), |sum, _| {
            (if sum & top == 0 { sum << 1 } else { sum << 1 ^ polynomial }) & mask
        })
    })
}
