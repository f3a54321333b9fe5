"""The stages of training ``mini``, in order: autoencoder, flow matching in latent space, joint pixel stage."""
