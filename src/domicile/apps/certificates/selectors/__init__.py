"""What is read of certificates and permits; each read starts from the viewer's areas."""
