a

  b	

 c 
