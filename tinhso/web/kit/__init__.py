"""What all faces share: the request's language and place, pages, assets, refusals, guards, live updates."""
