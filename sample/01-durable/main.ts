/** The quickstart as it is. Where its sessions live stands in `serving.dev.yaml` beside this file, and nowhere else. */
await import('../00-quickstart/main.js');

export {};
