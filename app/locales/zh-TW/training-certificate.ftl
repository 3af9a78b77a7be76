## Certificates
