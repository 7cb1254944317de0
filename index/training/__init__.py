"""How the reader's weights are made. Nothing here is needed to run Exhibit."""
