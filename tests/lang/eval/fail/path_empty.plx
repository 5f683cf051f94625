r = ./data / ""
