// The entry point; its services follow.
