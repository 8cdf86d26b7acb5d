"""What the pod's programs share: pictures, captions, bars, ffmpeg, labels. Standard library only."""
