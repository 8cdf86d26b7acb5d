"""The modules of the pod's programs: pictures, captions, progress bars, ffmpeg, labels. Standard library only."""
